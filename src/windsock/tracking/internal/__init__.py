"""Internal and test traffic: rules that mark it on arrival, tried beforehand, brought to what is stored on request, and taken back."""
