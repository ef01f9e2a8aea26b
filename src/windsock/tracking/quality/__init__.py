"""How good the data of each source is: volume, lag, completeness, uniqueness, validity, drift; and the balance of intake."""
