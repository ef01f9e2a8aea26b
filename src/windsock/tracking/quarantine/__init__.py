"""Events that were kept apart: seen in groups, mended by rule, replayed in their original minute, or discarded with a reason."""
