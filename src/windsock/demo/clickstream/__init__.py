"""What visitors do on the site, in the app and in the mini-program: sessions, their steps, and the rows of events they leave."""
