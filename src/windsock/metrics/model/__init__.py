"""The room's rules: pure functions and frozen dataclasses; no store, no engine, no clock."""
