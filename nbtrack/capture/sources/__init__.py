"""What capture notices, one file each."""
