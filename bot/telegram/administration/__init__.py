"""Administration in chat: adding and erasing articles, invitations, the state of the library."""
