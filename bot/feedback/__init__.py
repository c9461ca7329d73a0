"""What readers make of answers: votes on passages, questions that nothing answered, both as a question set."""
