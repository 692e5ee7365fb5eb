"""Plans beside the best one: alternatives, fronts, intervals, stability, missing facts."""
