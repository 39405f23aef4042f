"""What touches metal: one device, one file; pure wire codecs; and a simulated twin of each."""
