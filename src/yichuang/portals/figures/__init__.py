"""The pages and the API of figures: values, how they are counted, the rows behind them, what was published."""
