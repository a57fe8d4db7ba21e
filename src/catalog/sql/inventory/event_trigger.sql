select :id(o.evtname) as identity,
       json_build_object(
         'definition', o.evtevent || ' ' || o.evtfoid::regproc::text, 'tags', array_to_string(o.evttags, ', '),
         'enabled', case o.evtenabled when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end,
         'owner', pg_get_userbyid(o.evtowner),
         'comment', obj_description(o.oid, 'pg_event_trigger')) as attributes
from pg_event_trigger o
where not exists (select 1 from pg_depend e
                  where e.classid = 'pg_event_trigger'::regclass and e.objid = o.oid and e.deptype = 'e')
