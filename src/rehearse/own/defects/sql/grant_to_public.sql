-- name: table open to everybody
select name || ', select by public' as planted, format('grant select on %s to public', sql) as plant, format('revoke select on %s from public', sql) as heal,
       array['grants | grant table ' || name || ' to public | extra'] as expects, pg_temp.shown('pg_class'::regclass, oid) as allows
from tables where not exists (select from aclexplode(relacl) a where a.grantee = 0) order by name
