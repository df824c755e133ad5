"""For each lecture, another correct answer to every exercise, written differently from the lecture's solution."""
