"""What a report looks like: on a terminal and in files, a module each."""
