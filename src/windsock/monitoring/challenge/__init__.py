"""Another version of a monitor beside the one in force: replayed over the same days, in force only if it did better, taken back if it does not."""
