"""From a campaign to a planning problem, and from a plan back to sentences and classes."""
