"""What is done with a case file when the measuring is over: sealed, checked, shown, shared and deleted."""
