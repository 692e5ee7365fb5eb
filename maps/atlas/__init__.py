"""The interactive page: one file that opens in a room without internet."""
