"""How dates read where no page says it: in Django's admin."""
