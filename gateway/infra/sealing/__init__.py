"""The sealed log: takes durable entries into the tree, signs checkpoints, proves and exports."""
