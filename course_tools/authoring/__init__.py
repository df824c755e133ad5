"""What instructors and CI need: pairing, student notebooks, execution, drift checks. Nothing below imports it."""
