package io.inkstream.models.registry;

import java.util.List;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;

/**
 * Gives every node, its parents included, to the user who creates it, and shows it to nobody else: the history names people
 * and hosts, the versions where their files are.
 */
final class OwnNodes implements ACLProvider {

    @Override
    public List<ACL> getDefaultAcl() {
        return ZooDefs.Ids.CREATOR_ALL_ACL;
    }

    @Override
    public List<ACL> getAclForPath(String path) {
        return ZooDefs.Ids.CREATOR_ALL_ACL;
    }
}
