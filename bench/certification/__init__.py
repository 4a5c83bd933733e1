"""What the supervisor's matrix costs, by people and by the history behind them."""
