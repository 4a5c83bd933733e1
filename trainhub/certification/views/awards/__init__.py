"""Awards with their evidence, certificates, and the public pages that tell whether they hold."""
