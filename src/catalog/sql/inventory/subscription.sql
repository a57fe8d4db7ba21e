-- Where it connects to is shown to superusers only, and may hold a password.
select :id(o.subname) as identity,
       json_build_object(
         'publications', (select string_agg(:id(p.name), ', ' order by p.name collate "C") from unnest(o.subpublications) p(name)),
         'enabled', o.subenabled::text, 'binary', o.subbinary::text, 'streaming', o.substream::text,
         'two phase', nullif(o.subtwophasestate::text, 'd'), -- since 15
         'disable on error', o.subdisableonerr::text, -- since 15
         'origin', o.suborigin, -- since 16
         'run as owner', o.subrunasowner::text, 'password required', o.subpasswordrequired::text, -- since 16
         'failover', o.subfailover::text, -- since 17
         'slot', o.subslotname::text, 'synchronous commit', o.subsynccommit,
         'owner', pg_get_userbyid(o.subowner),
         'comment', obj_description(o.oid, 'pg_subscription')) as attributes
from pg_subscription o
where o.subdbid = (select d.oid from pg_database d where d.datname = current_database())
