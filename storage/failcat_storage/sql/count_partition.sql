SELECT count(*)
FROM {name}
