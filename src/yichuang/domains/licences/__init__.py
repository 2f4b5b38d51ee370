"""The licence library: types, licences issued from decisions, fetched into cases with proof, verified by anybody."""
