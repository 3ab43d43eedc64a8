"""Opening hours: as people write them, as OSM has them, worked out for weeks ahead."""
