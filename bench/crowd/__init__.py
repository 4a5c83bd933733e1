"""What every storm is made of: browsers, people, gauges, and the bare endpoint beside them."""
