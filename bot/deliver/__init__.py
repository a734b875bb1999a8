"""What is owed is paid: once, in order, at the pace each platform allows."""
