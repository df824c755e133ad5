"""The web site of the course: every lecture with its outputs, sliders that move without Python, tables, and the API.

Made by ``course site`` from what is stored in the repository; nothing is executed and nothing is fetched.
"""
