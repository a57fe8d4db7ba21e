-- name: unique constraint dropped
select name as planted, dropped as plant, added as heal, array['schema | constraint ' || name || ' | missing'] as expects, '{}'::text[] as allows
from constraints where contype = 'u' and free order by 1
