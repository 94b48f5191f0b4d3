"""What two runs differ in, the cause first; one module a kind of cause."""
