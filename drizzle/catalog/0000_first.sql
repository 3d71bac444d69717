CREATE TABLE `attempts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`chain` integer NOT NULL,
	`key` text NOT NULL,
	`recorded` integer DEFAULT false NOT NULL,
	`listed` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`chain`) REFERENCES `chains`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_key` ON `attempts` (`chain`,`key`);--> statement-breakpoint
CREATE TABLE `e` (
	`dir` integer NOT NULL,
	`name` blob NOT NULL,
	`size` integer NOT NULL,
	`mtime_ns` integer NOT NULL,
	`ctime_ns` integer,
	`ino` integer,
	`sha256` blob,
	`remote_size` integer NOT NULL,
	`remote_hash_kind` text,
	`remote_hash` blob,
	`remote_tag` text,
	`remote_id` text,
	`remote_mtime_ns` integer,
	PRIMARY KEY(`dir`, `name`),
	FOREIGN KEY (`dir`) REFERENCES `d`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `d` (
	`id` integer PRIMARY KEY NOT NULL,
	`chain` integer NOT NULL,
	`path` blob NOT NULL,
	FOREIGN KEY (`chain`) REFERENCES `chains`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `d_path` ON `d` (`chain`,`path`);--> statement-breakpoint
CREATE TABLE `chains` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`job_uuid` text NOT NULL,
	`destination_id` text NOT NULL,
	`files` integer DEFAULT 0 NOT NULL,
	`bytes` integer DEFAULT 0 NOT NULL,
	`changed` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `chains_of` ON `chains` (`job_uuid`,`destination_id`);--> statement-breakpoint
CREATE TABLE `kept` (
	`dir` integer NOT NULL,
	`name` blob NOT NULL,
	`attempt` integer NOT NULL,
	`size` integer NOT NULL,
	PRIMARY KEY(`dir`, `name`, `attempt`),
	FOREIGN KEY (`dir`) REFERENCES `d`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `kept_attempt` ON `kept` (`attempt`);--> statement-breakpoint
CREATE TABLE `owners` (
	`id` integer PRIMARY KEY NOT NULL,
	`uid` integer,
	`gid` integer,
	`user_name` text,
	`group_name` text
);
--> statement-breakpoint
CREATE TABLE `uploads` (
	`chain` integer NOT NULL,
	`path` blob NOT NULL,
	`fingerprint` text NOT NULL,
	`state` text NOT NULL,
	`saved_at` integer NOT NULL,
	PRIMARY KEY(`chain`, `path`),
	FOREIGN KEY (`chain`) REFERENCES `chains`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `uploads_saved` ON `uploads` (`saved_at`);--> statement-breakpoint
CREATE TABLE `v` (
	`dir` integer NOT NULL,
	`name` blob NOT NULL,
	`first` integer NOT NULL,
	`last` integer DEFAULT 2147483647 NOT NULL,
	`type` integer NOT NULL,
	`mode` integer,
	`size` integer NOT NULL,
	`mtime_ns` integer,
	`owner` integer NOT NULL,
	`sha256` blob,
	`target` blob,
	`hard_link` blob,
	`xattr` text,
	`stored_as` blob,
	PRIMARY KEY(`dir`, `name`, `first`),
	FOREIGN KEY (`dir`) REFERENCES `d`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `v_first` ON `v` (`first`);--> statement-breakpoint
CREATE INDEX `v_last` ON `v` (`last`) WHERE last < 2147483647;--> statement-breakpoint
CREATE INDEX `v_folders` ON `v` (`dir`,`name`) WHERE type = 1;--> statement-breakpoint
CREATE INDEX `v_stored` ON `v` (`stored_as`) WHERE stored_as IS NOT NULL;--> statement-breakpoint
CREATE TABLE `versions` (
	`id` integer PRIMARY KEY NOT NULL,
	`previous` text,
	`status` text NOT NULL,
	`job_name` text NOT NULL,
	`appliance` text NOT NULL,
	`landings` text NOT NULL,
	`started_at` integer NOT NULL,
	`completed_at` integer NOT NULL,
	`confirmed_at` integer,
	`run_uuid` text,
	`files` integer NOT NULL,
	`bytes` integer NOT NULL,
	`pinned` integer DEFAULT false NOT NULL,
	`closed` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`id`) REFERENCES `attempts`(`id`) ON UPDATE no action ON DELETE cascade
);
