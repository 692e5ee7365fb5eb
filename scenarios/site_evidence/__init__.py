"""The pack opened and joined: candidates, yards, protections, climate of sites."""
