"""What every widget of the book is made of: its element, its state, its address."""
