"""How a deal came about: the dossier of one instant, and the story record by record. Pure."""
