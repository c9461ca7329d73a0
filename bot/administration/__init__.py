"""What administrators may do from a chat: adding, erasing, inviting, looking at state and use."""
