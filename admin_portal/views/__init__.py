"""Staff pages, one module for each subject."""
