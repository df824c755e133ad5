"""Mutations of claims, one module for each lecture: ``MUTATIONS``. CONTRIBUTING.md says how."""
