"""The ten-minute circle of one home: which places to pay, how far, drawn and on paper."""
