"""What other systems and the screen in the hall read of a grid."""
