"""Statistics of variants that may be looked at as often as one likes."""
