"""A fleet's output: the store's tables as Parquet, and the questions that are asked of them."""
