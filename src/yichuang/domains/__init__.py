"""What is special: each domain owns thin tables beside its dossiers and the deeds that move them."""
