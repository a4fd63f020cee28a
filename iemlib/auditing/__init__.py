"""Any objective, asked what it keeps of implicit EM."""
