-- Its own tables and nothing else; the schema too where nothing else stands in it and the role may drop it.
begin;
drop table pgrehearse.day, pgrehearse.task, pgrehearse.set_aside, pgrehearse.large_object, pgrehearse.run;
do $$
begin
    drop schema pgrehearse;
exception when dependent_objects_still_exist or insufficient_privilege then
    raise notice 'schema pgrehearse stays';
end $$;
commit;
