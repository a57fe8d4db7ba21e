-- Subscriptions, none of which connects to anything.

-- case: subscription, streaming
-- expect: schema | subscription sb_streaming_$guest | streaming
create subscription sb_streaming_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none, streaming = off);
-- plant
alter subscription sb_streaming_$guest set (streaming = on);
-- heal
alter subscription sb_streaming_$guest set (streaming = off);

-- case: subscription, synchronous commit
-- expect: schema | subscription sb_synchronous_commit_$guest | synchronous commit
create subscription sb_synchronous_commit_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
alter subscription sb_synchronous_commit_$guest set (synchronous_commit = 'local');
-- heal
alter subscription sb_synchronous_commit_$guest set (synchronous_commit = 'off');

-- case: subscription, disable on error
-- expect: schema | subscription sb_disable_on_error_$guest | disable on error
create subscription sb_disable_on_error_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
alter subscription sb_disable_on_error_$guest set (disable_on_error = on);
-- heal
alter subscription sb_disable_on_error_$guest set (disable_on_error = off);

-- case: subscription, origin
-- since: 16
-- expect: schema | subscription sb_origin_$guest | origin
create subscription sb_origin_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
alter subscription sb_origin_$guest set (origin = none);
-- heal
alter subscription sb_origin_$guest set (origin = any);

-- case: subscription, run as owner
-- since: 16
-- expect: schema | subscription sb_run_as_owner_$guest | run as owner
create subscription sb_run_as_owner_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
alter subscription sb_run_as_owner_$guest set (run_as_owner = on);
-- heal
alter subscription sb_run_as_owner_$guest set (run_as_owner = off);

-- case: subscription, password required
-- since: 16
-- expect: schema | subscription sb_password_required_$guest | password required
create subscription sb_password_required_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
alter subscription sb_password_required_$guest set (password_required = off);
-- heal
alter subscription sb_password_required_$guest set (password_required = on);

-- case: subscription, enabled
-- expect: schema | subscription sb_enabled_$guest | enabled
create subscription sb_enabled_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
update pg_catalog.pg_subscription set subenabled = true where subname = 'sb_enabled_$guest';
-- heal
update pg_catalog.pg_subscription set subenabled = false where subname = 'sb_enabled_$guest';

-- case: subscription, two phase
-- expect: schema | subscription sb_two_phase_$guest | two phase
create subscription sb_two_phase_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
update pg_catalog.pg_subscription set subtwophasestate = 'e' where subname = 'sb_two_phase_$guest';
-- heal
update pg_catalog.pg_subscription set subtwophasestate = 'd' where subname = 'sb_two_phase_$guest';

-- case: subscription, failover
-- since: 17
-- expect: schema | subscription sb_failover_$guest | failover
create subscription sb_failover_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
update pg_catalog.pg_subscription set subfailover = true where subname = 'sb_failover_$guest';
-- heal
update pg_catalog.pg_subscription set subfailover = false where subname = 'sb_failover_$guest';

-- case: subscription, owner
-- expect: schema | subscription sb_owner_$guest | owner
create subscription sb_owner_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
update pg_catalog.pg_subscription set subowner = '$keeper'::regrole where subname = 'sb_owner_$guest';
-- heal
update pg_catalog.pg_subscription set subowner = 'postgres'::regrole where subname = 'sb_owner_$guest';

-- case: subscription, extra
-- expect: schema | subscription sb_new_$guest | extra
-- plant
create subscription sb_new_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- heal
drop subscription sb_new_$guest;

-- case: subscription, publications
-- expect: schema | subscription sb_list_$guest | publications
create subscription sb_list_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
alter subscription sb_list_$guest set publication b with (refresh = false);
-- heal
alter subscription sb_list_$guest set publication a with (refresh = false);

-- case: subscription, binary
-- expect: schema | subscription sb_binary_$guest | binary
create subscription sb_binary_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
alter subscription sb_binary_$guest set (binary = on);
-- heal
alter subscription sb_binary_$guest set (binary = off);

-- case: subscription, slot
-- expect: schema | subscription sb_slot_$guest | slot
create subscription sb_slot_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
alter subscription sb_slot_$guest set (slot_name = 'other');
-- heal
alter subscription sb_slot_$guest set (slot_name = none);

-- case: subscription, comment
-- expect: schema | subscription sb_told_$guest | comment
create subscription sb_told_$guest connection 'host=/nowhere' publication a with (connect = false, slot_name = none);
-- plant
comment on subscription sb_told_$guest is 'x';
-- heal
comment on subscription sb_told_$guest is null;
