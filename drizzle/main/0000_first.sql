CREATE TABLE `login_attempts` (
	`key` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`failed_at` integer NOT NULL,
	`lockouts` integer DEFAULT 0 NOT NULL,
	`locked_until` integer
);
--> statement-breakpoint
CREATE TABLE `login_challenges` (
	`jti` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`hash` text NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `recovery_codes_user` ON `recovery_codes` (`user_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`jti` text NOT NULL,
	`user_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`address` text NOT NULL,
	`user_agent` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_jti_unique` ON `sessions` (`jti`);--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`username` text NOT NULL,
	`username_key` text NOT NULL,
	`email` text,
	`name` text,
	`role` text NOT NULL,
	`disabled` integer DEFAULT false NOT NULL,
	`password_hash` text NOT NULL,
	`totp_secret` text,
	`totp_pending` text,
	`totp_pending_at` integer,
	`totp_last_step` integer DEFAULT 0 NOT NULL,
	`last_login` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_uuid_unique` ON `users` (`uuid`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_username_key_unique` ON `users` (`username_key`);--> statement-breakpoint
CREATE TABLE `job_destinations` (
	`job_id` integer NOT NULL,
	`destination_id` text NOT NULL,
	`address` text NOT NULL,
	`filesystem_uuid` text,
	`last_key` text NOT NULL,
	`sources` text NOT NULL,
	`source_bytes` integer DEFAULT 0 NOT NULL,
	`source_files` integer DEFAULT 0 NOT NULL,
	`last_run_at` integer NOT NULL,
	`unfinished_since` integer,
	PRIMARY KEY(`job_id`, `destination_id`),
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `job_sources` (
	`job_id` integer NOT NULL,
	`position` integer NOT NULL,
	`path` text NOT NULL,
	`landing` text NOT NULL,
	PRIMARY KEY(`job_id`, `position`),
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`name` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`destination_type` text NOT NULL,
	`destination_config` text NOT NULL,
	`sync_options` text NOT NULL,
	`credential_id` integer,
	`extra_paths` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`credential_id`) REFERENCES `credentials`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_uuid_unique` ON `jobs` (`uuid`);--> statement-breakpoint
CREATE INDEX `jobs_credential` ON `jobs` (`credential_id`);--> statement-breakpoint
CREATE TABLE `run_errors` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` integer NOT NULL,
	`landing` text NOT NULL,
	`path` blob NOT NULL,
	`level` text NOT NULL,
	`message` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `run_errors_run` ON `run_errors` (`run_id`);--> statement-breakpoint
CREATE TABLE `run_statistics` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`job_id` integer NOT NULL,
	`started_at` integer NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`dry_run` integer DEFAULT false NOT NULL,
	`files` integer NOT NULL,
	`bytes` integer NOT NULL,
	`seconds` integer NOT NULL,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `run_statistics_job` ON `run_statistics` (`job_id`,`started_at`);--> statement-breakpoint
CREATE TABLE `runs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`job_id` integer NOT NULL,
	`job_name` text NOT NULL,
	`version_key` text,
	`status` text NOT NULL,
	`reason` text,
	`error_message` text,
	`phase` text,
	`trigger` text NOT NULL,
	`schedule_id` integer,
	`retry_of` integer,
	`dry_run` integer NOT NULL,
	`sync_options` text NOT NULL,
	`files_transferred` integer DEFAULT 0 NOT NULL,
	`bytes_transferred` integer DEFAULT 0 NOT NULL,
	`files_deleted` integer DEFAULT 0 NOT NULL,
	`files_total` integer,
	`bytes_total` integer,
	`warning_count` integer DEFAULT 0 NOT NULL,
	`error_count` integer DEFAULT 0 NOT NULL,
	`findings` text,
	`confirm` text,
	`confirm_used_at` integer,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`completed_at` integer,
	`lease_owner` text,
	`heartbeat_at` integer,
	`cancel_requested_at` integer,
	`progress` text,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`schedule_id`) REFERENCES `schedules`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `runs_uuid_unique` ON `runs` (`uuid`);--> statement-breakpoint
CREATE INDEX `runs_job` ON `runs` (`job_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `runs_one_active` ON `runs` (`job_id`) WHERE "runs"."status" IN ('pending', 'running');--> statement-breakpoint
CREATE TABLE `schedule_slots` (
	`schedule_id` integer NOT NULL,
	`slot` integer NOT NULL,
	`decided_at` integer NOT NULL,
	PRIMARY KEY(`schedule_id`, `slot`),
	FOREIGN KEY (`schedule_id`) REFERENCES `schedules`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `schedules` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`job_id` integer NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`schedule_type` text NOT NULL,
	`hour` integer,
	`minute` integer,
	`day_of_week` integer,
	`day_of_month` integer,
	`cron_expression` text,
	`timezone` text NOT NULL,
	`created_at` integer NOT NULL,
	`active_since` integer NOT NULL,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `schedules_uuid_unique` ON `schedules` (`uuid`);--> statement-breakpoint
CREATE INDEX `schedules_job` ON `schedules` (`job_id`);--> statement-breakpoint
CREATE TABLE `credentials` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`name` text NOT NULL,
	`provider_type` text NOT NULL,
	`data` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `credentials_uuid_unique` ON `credentials` (`uuid`);--> statement-breakpoint
CREATE TABLE `host_keys` (
	`host` text NOT NULL,
	`port` integer NOT NULL,
	`fingerprint` text NOT NULL,
	`type` text NOT NULL,
	`pinned_at` integer NOT NULL,
	PRIMARY KEY(`host`, `port`)
);
--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
