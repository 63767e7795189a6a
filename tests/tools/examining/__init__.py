"""Whole examinations, over answers of AWS that no engine gives."""
