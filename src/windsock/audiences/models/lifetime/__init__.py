"""Lifetime models of buyers without a contract: BG/NBD for how often they buy and whether they still do, Gamma-Gamma for what they spend."""
