"""What the answer says of its limits: the bill, margins, the worth of sites, the room left."""
