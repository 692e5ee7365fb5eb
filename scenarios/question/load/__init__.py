"""The load of a site, hour by hour: dated profiles of training, inference and hosting."""
