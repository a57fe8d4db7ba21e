-- name: foreign key dropped
select name as planted, dropped as plant, added as heal, array['schema | constraint ' || name || ' | missing'] as expects, '{}'::text[] as allows
from constraints where contype = 'f' and conparentid = 0 order by 1
