-- name: extension of another version
select 'plpgsql, whose version is the same on every server' as planted,
       'create temp table saved as select extversion from pg_catalog.pg_extension where extname = ''plpgsql''; update pg_catalog.pg_extension set extversion = ''0.0.1'' where extname = ''plpgsql''' as plant,
       'update pg_catalog.pg_extension set extversion = (select extversion from saved) where extname = ''plpgsql''; drop table saved' as heal,
       array['schema | extension plpgsql | version'] as expects, '{}'::text[] as allows
from pg_extension where extname = 'plpgsql'
