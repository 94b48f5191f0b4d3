"""What is logged to the active run: values, files, loops, trainings."""
